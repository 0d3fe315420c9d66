#pragma once

#include "engine/core/lens/arguments.h"
#include "engine/core/lens/lens.h"

namespace entente {

// One maker for each built-in lens. What is wrong is left in the arguments' status; the lens is then not used.
LensPtr MakeTrim(Arguments& arguments);
LensPtr MakeBlank(Arguments& arguments);
LensPtr MakeCase(Arguments& arguments);
LensPtr MakeOneLine(Arguments& arguments);
LensPtr MakeConstant(Arguments& arguments);
LensPtr MakeDefaultMark(Arguments& arguments);
LensPtr MakeModulo(Arguments& arguments);
LensPtr MakeFlag(Arguments& arguments);
LensPtr MakeFit(Arguments& arguments);
LensPtr MakePhone(Arguments& arguments);
LensPtr MakeTable(Arguments& arguments);
LensPtr MakeClasses(Arguments& arguments);
LensPtr MakeCountry(Arguments& arguments);
LensPtr MakeCivility(Arguments& arguments);
LensPtr MakeDecimalText(Arguments& arguments);
LensPtr MakeIntText(Arguments& arguments);
LensPtr MakeDateText(Arguments& arguments);
LensPtr MakeDay(Arguments& arguments);
LensPtr MakeCommentBlock(Arguments& arguments);
LensPtr MakeFirstLine(Arguments& arguments);
LensPtr MakeLabelledLine(Arguments& arguments);

}  // namespace entente
